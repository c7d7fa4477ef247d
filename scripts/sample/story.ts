/** One part of the sample recording: what is said, one sentence a breath, and which scene is drawn meanwhile. */
export type Part = { scene: 'swarm' | 'dance' | 'quorum' | 'rules'; heading: string; sentences: string[] }

/** The script of the sample recording. Written for this project; CC0 like the recording made from it. */
export const story: Part[] = [
  {
    scene: 'swarm',
    heading: 'How do bees decide?',
    sentences: [
      'In late spring, ten thousand bees hang from a branch, and they have no home.',
      'Nobody is in charge. The queen gives no orders, and no bee has seen every choice.',
      'Still, within a day or two, the whole swarm agrees on one hollow tree, and it is nearly always the best one.',
    ],
  },
  {
    scene: 'dance',
    heading: 'Scouts report by dancing',
    sentences: [
      'It starts with a few hundred scouts. Each one inspects a hole, measures it by walking, and flies back.',
      'Then she dances. The angle of her run tells the direction, and the length of it tells the distance.',
      'A good site earns a long, lively dance. A poor one gets a short dance, and soon it is forgotten.',
    ],
  },
  {
    scene: 'quorum',
    heading: 'They count heads, not votes',
    sentences: [
      'Now the clever part. The bees do not wait until everyone agrees.',
      'They wait until about twenty scouts meet at the same site at the same time. That is the quorum.',
      'When the quorum is reached, the scouts go back, warm up the swarm, and minutes later the whole cloud takes off.',
    ],
  },
  {
    scene: 'rules',
    heading: 'Three rules worth stealing',
    sentences: [
      'So here are three rules for any team. First, send out many scouts.',
      'Second, let good news last longer than bad news.',
      'And third, decide when enough people have looked for themselves. Thank you for watching.',
    ],
  },
]
