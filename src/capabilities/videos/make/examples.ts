import type { VideoScript } from './script.ts'

const note = 'Written by hand for CreatorOps, CC0. It ships with the product as an example.'

/** Scripts that ship with the product: what a good short looks like, with no model and no network. */
export const exampleScripts: { matches: RegExp; script: VideoScript }[] = [
  {
    matches: /\bbees?\b.*\b(decide|vote|choose)|\bswarm/i,
    script: {
      title: 'How do bees decide?',
      origin: 'example',
      note,
      tags: ['bees', 'swarm', 'decisions', 'honeybee democracy', 'science', 'animal behaviour', 'teamwork'],
      description:
        'Ten thousand bees choose a new home without a boss, and nearly always find the best one. Here is how the swarm decides, and what a team can copy.',
      beats: [
        {
          rank: 1,
          say: 'How do ten thousand bees decide, with nobody in charge?',
          show: { kind: 'title', text: 'How do bees *decide?*', kicker: 'One minute of swarm science' },
        },
        {
          rank: 1,
          say: 'In spring, a swarm hangs from a branch and needs a new home. Ten thousand bees wait.',
          show: { kind: 'number', value: 10_000, label: 'bees wait on a *branch*' },
        },
        {
          rank: 3,
          say: 'The queen gives no orders. And no bee ever sees all the choices.',
          show: {
            kind: 'split',
            left: { label: 'The queen', text: 'gives no orders' },
            right: { label: 'A bee', text: 'sees only one or two choices' },
          },
        },
        {
          rank: 2,
          say: 'Scouts fly out alone. Each looks for room, a small door, and dry walls.',
          show: {
            kind: 'bullets',
            title: 'What a scout looks for',
            items: ['Enough *room* for honey', 'A small *door*', 'Dry, thick *walls*'],
          },
        },
        {
          rank: 1,
          say: 'A scout finds a site, then dances at the swarm. Others go and look. They come back and dance too.',
          show: {
            kind: 'flow',
            title: 'The waggle loop',
            nodes: [
              { id: 'a', text: 'A scout finds a site' },
              { id: 'b', text: 'She dances' },
              { id: 'c', text: 'Others go and look' },
              { id: 'd', text: 'They dance too' },
            ],
            edges: [
              { from: 'a', to: 'b' },
              { from: 'b', to: 'c' },
              { from: 'c', to: 'd' },
            ],
          },
        },
        {
          rank: 2,
          say: 'A poor site gets a short dance, and is soon forgotten. A good one earns a long and lively dance.',
          show: {
            kind: 'compare',
            title: 'The better, the longer',
            before: { label: 'Poor site', text: 'A short dance, soon forgotten' },
            after: { label: 'Good site', text: 'A long and lively dance' },
          },
        },
        {
          rank: 4,
          say: 'So support grows where the site is best, one visitor at a time.',
          show: {
            kind: 'chart',
            chart: 'line',
            title: 'Scouts at the best site (sketch)',
            data: [2, 4, 9, 17, 29, 44].map((value, index) => ({ label: `${index + 9}:00`, value })),
          },
        },
        {
          rank: 1,
          say: 'They do not wait until everyone agrees. When about twenty scouts meet at one site, that is a quorum.',
          show: { kind: 'number', value: 20, prefix: '≈ ', label: 'scouts at one site: a *quorum*' },
        },
        {
          rank: 3,
          say: 'Minutes later, the whole cloud takes off and flies home.',
          show: { kind: 'quote', text: 'The colony is *wiser* than any bee in it.' },
        },
        {
          rank: 2,
          say: 'Three rules to copy. Send out many scouts. Let old news fade. Stop at a quorum.',
          show: {
            kind: 'countdown',
            title: 'Rules worth stealing',
            items: ['Send out many *scouts*', 'Let *old news* fade', 'Stop at a *quorum*'],
          },
        },
        {
          rank: 1,
          say: 'Next time your team is stuck, decide like a swarm.',
          show: { kind: 'end', text: 'Decide like a swarm', callToAction: 'Follow for more' },
        },
      ],
    },
  },
  {
    matches: /\bcompound interest\b|\bcompounding\b/i,
    script: {
      title: 'Why compound interest surprises everyone',
      origin: 'example',
      note,
      tags: ['compound interest', 'saving', 'money', 'maths', 'investing basics', 'personal finance'],
      description:
        'Interest on interest starts slowly and then runs away. The arithmetic of compound growth in one minute.',
      beats: [
        {
          rank: 1,
          say: 'Why does compound interest surprise everyone?',
          show: {
            kind: 'title',
            text: 'Why *compound* interest surprises everyone',
            kicker: 'Money, explained',
          },
        },
        {
          rank: 1,
          say: 'Put one hundred away at seven percent. After a year there are one hundred and seven.',
          show: { kind: 'number', value: 107, from: 100, label: 'after *one* year at 7 %' },
        },
        {
          rank: 1,
          say: 'The next year, you earn seven percent on one hundred and seven. That is interest on interest.',
          show: {
            kind: 'equation',
            title: 'Interest on interest',
            steps: ['100 \\times 1.07 = 107', '100 \\times 1.07^2 = 114.49', '100 \\times 1.07^n'],
          },
        },
        {
          rank: 1,
          say: 'At first nothing seems to happen. Then the line bends upward. After thirty years it has grown more than seven times.',
          show: {
            kind: 'chart',
            chart: 'line',
            title: '100 at 7 % a year',
            data: [0, 5, 10, 15, 20, 25, 30].map((year) => ({
              label: `${year}`,
              value: Math.round(100 * 1.07 ** year),
            })),
          },
        },
        {
          rank: 2,
          say: 'There is a quick rule. Divide seventy two by the rate, and you get the years to double.',
          show: {
            kind: 'equation',
            title: 'The rule of 72',
            steps: ['\\text{years} = \\frac{72}{7}', '\\text{years} \\approx 10'],
          },
        },
        {
          rank: 2,
          say: 'It works against you as well. A debt at twenty percent doubles in less than four years.',
          show: {
            kind: 'compare',
            before: { label: 'Savings at 7 %', text: 'Double in ten years' },
            after: { label: 'Debt at 20 %', text: 'Doubles in under *four*' },
          },
        },
        {
          rank: 2,
          say: 'So start early, leave it alone, and pay off what costs most.',
          show: {
            kind: 'bullets',
            title: 'What to do',
            items: ['Start *early*', '*Leave* it alone', 'Pay off what *costs* most'],
          },
        },
        {
          rank: 3,
          say: 'Simple arithmetic, and patience.',
          show: { kind: 'quote', text: 'Time does most of the *work*.' },
        },
        {
          rank: 1,
          say: 'Follow along for more maths that pays.',
          show: { kind: 'end', text: 'Let time work', callToAction: 'Follow for more' },
        },
      ],
    },
  },
  {
    matches: /\bsky\b.*\bblue\b|\bblue\b.*\bsky\b|\bsunsets?\b/i,
    script: {
      title: 'Why is the sky blue?',
      origin: 'example',
      note,
      tags: ['sky', 'light', 'rayleigh scattering', 'physics', 'sunset', 'science explained'],
      description:
        'Sunlight is white, air is clear, and the sky is blue all the same. Rayleigh scattering in one minute.',
      beats: [
        {
          rank: 1,
          say: 'Why is the sky blue, when air has no colour?',
          show: { kind: 'title', text: 'Why is the sky *blue?*', kicker: 'Everyday physics' },
        },
        {
          rank: 1,
          say: 'Sunlight looks white, but it is a mix of all colours, from red to violet.',
          show: {
            kind: 'chart',
            chart: 'bar',
            title: 'Wavelength of light',
            unit: ' nm',
            data: [
              { label: 'Red', value: 700 },
              { label: 'Green', value: 530 },
              { label: 'Blue', value: 450 },
            ],
          },
        },
        {
          rank: 1,
          say: 'On its way down, light hits the molecules of the air and is scattered.',
          show: {
            kind: 'flow',
            title: 'On the way to you',
            nodes: [
              { id: 'a', text: 'Sunlight' },
              { id: 'b', text: 'Molecules of air' },
              { id: 'c', text: 'Scattered light' },
              { id: 'd', text: 'Your eye' },
            ],
            edges: [
              { from: 'a', to: 'b' },
              { from: 'b', to: 'c' },
              { from: 'c', to: 'd' },
            ],
          },
        },
        {
          rank: 1,
          say: 'Short waves are scattered far more: with the fourth power of the wavelength.',
          show: {
            kind: 'equation',
            title: 'Rayleigh’s law',
            steps: [
              'I = \\frac{k}{\\lambda^4}',
              '\\frac{I_{\\text{blue}}}{I_{\\text{red}}} = (\\frac{700}{450})^4',
              '\\frac{I_{\\text{blue}}}{I_{\\text{red}}} \\approx 6',
            ],
          },
        },
        {
          rank: 2,
          say: 'So blue light reaches you from all over the sky, about six times as much as red.',
          show: { kind: 'number', value: 6, suffix: '×', label: 'more *blue* than red is scattered' },
        },
        {
          rank: 2,
          say: 'At sunset, light takes the long way through the air. The blue is lost on the way, and the red is left.',
          show: {
            kind: 'compare',
            before: { label: 'Noon', text: 'A short way: the sky is blue' },
            after: { label: 'Sunset', text: 'A long way: *red* is left' },
          },
        },
        {
          rank: 3,
          say: 'No paint, no mirror. Only air and light.',
          show: { kind: 'quote', text: 'The sky is sunlight that took a *detour*.' },
        },
        {
          rank: 1,
          say: 'Look up, and follow for more.',
          show: { kind: 'end', text: 'Look up', callToAction: 'Follow for more' },
        },
      ],
    },
  },
]
