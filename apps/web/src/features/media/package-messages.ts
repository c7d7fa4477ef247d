export const packageMessages = {
  title: 'Streaming packages',
  lead: 'HLS and DASH for web players and phones. The newest one plays above.',
  encrypted: 'Encrypt it (HLS only)',
  allSizes: 'Every size down to 240p',
  make: 'Make a package',
  started: 'The package is being made',
  empty: 'No package yet.',
  locked: 'Encrypted',
  hls: 'HLS address',
  dash: 'DASH address',
  captions: (languages: string) => `Captions: ${languages}`,
} as const
