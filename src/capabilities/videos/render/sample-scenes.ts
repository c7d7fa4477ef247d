import { type Scene, sceneSchema } from '../storyboard/scene-schemas.ts'

/** One scene of every kind, for contact sheets and for the tests that compare pictures. */
export const sampleScenes: Scene[] = [
  {
    kind: 'title',
    text: 'How do bees decide?',
    kicker: 'Swarm science',
    subtitle: 'Ten thousand bees, no boss, one new home.',
  },
  {
    kind: 'bullets',
    title: 'What a scout checks',
    items: ['Room for *forty litres* of honey', 'A small door, facing south', 'Dry walls, high above ground'],
  },
  { kind: 'quote', text: 'The colony is *wiser* than any bee in it.', by: 'Old beekeepers’ saying' },
  { kind: 'number', value: 10_000, label: 'bees wait while a few hundred scouts search', suffix: '' },
  {
    kind: 'chart',
    chart: 'bar',
    title: 'Dances per hour',
    data: [
      { label: 'Oak', value: 42 },
      { label: 'Chimney', value: 17 },
      { label: 'Hollow log', value: 9 },
      { label: 'Roof', value: 4 },
    ],
  },
  {
    kind: 'chart',
    chart: 'line',
    title: 'Scouts at the oak',
    data: ['8:00', '9:00', '10:00', '11:00', '12:00', '13:00'].map((label, index) => ({
      label,
      value: [2, 5, 14, 31, 58, 76][index]!,
    })),
  },
  {
    kind: 'chart',
    chart: 'pie',
    title: 'Where scouts are',
    unit: '%',
    data: [
      { label: 'Oak', value: 58 },
      { label: 'Chimney', value: 24 },
      { label: 'Searching', value: 18 },
    ],
  },
  {
    kind: 'timeline',
    title: 'One day in May',
    events: [
      { when: '8:00', text: 'The swarm leaves the hive' },
      { when: '10:00', text: 'Scouts dance for two sites' },
      { when: '13:00', text: 'Quorum at the oak' },
      { when: '15:00', text: 'All fly home' },
    ],
  },
  {
    kind: 'flow',
    title: 'The waggle loop',
    nodes: [
      { id: 'a', text: 'Scout finds a site' },
      { id: 'b', text: 'Dances at the swarm' },
      { id: 'c', text: 'Others go and look' },
      { id: 'd', text: 'Quorum reached' },
    ],
    edges: [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'c', to: 'd' },
    ],
  },
  {
    kind: 'equation',
    title: 'Solve it',
    steps: [
      'a x^2 + b x + c = 0',
      'x^2 + \\frac{b}{a} x = -\\frac{c}{a}',
      'x = \\frac{-b \\pm \\sqrt{b^2 - 4 a c}}{2 a}',
    ],
  },
  {
    kind: 'code',
    language: 'ts',
    title: 'swarm.ts',
    highlight: [3, 4],
    code: "// Each scout votes with her dance\nfunction decide(sites: Site[]) {\n  const best = sites.find((site) => site.scouts >= 20)\n  if (best) return fly(best)\n  return 'keep dancing'\n}",
  },
  {
    kind: 'compare',
    title: 'A vote that fades',
    before: { label: 'Before', text: 'Every scout defends her own find' },
    after: { label: 'After', text: 'Dances fade until *one* site is left' },
  },
  { kind: 'image', media: 'meadow', text: 'A swarm on a branch waits for news', focus: { x: 0.7, y: 0.4 } },
  {
    kind: 'split',
    left: { label: 'Bees', text: 'Count heads at the site' },
    right: { label: 'People', text: 'Count hands in the room' },
  },
  {
    kind: 'countdown',
    title: 'Three rules to copy',
    items: ['Let scouts disagree', 'Let old votes fade', 'Stop at a quorum'],
  },
  { kind: 'speaker', name: 'Ada Byrne', role: 'Narrator' },
  { kind: 'end', text: 'Decide like a swarm', callToAction: 'Follow for more', handle: '@swarmlab' },
].map((scene, index) =>
  sceneSchema.parse({
    id: `sample-${index + 1}`,
    lowerThird: scene.kind === 'image' ? { name: 'Karl Moor', role: 'Beekeeper in Graz' } : undefined,
    ...scene,
  }),
)
