import { education } from './built-in/education.ts'
import { finance } from './built-in/finance.ts'
import { health } from './built-in/health.ts'
import { investing } from './built-in/investing.ts'
import { technology } from './built-in/technology.ts'
import { tourism } from './built-in/tourism.ts'
import type { BuiltInTopic } from './topic.ts'

/** The topics that every workspace starts with. One that is changed there is kept in the database instead. */
export const builtInTopics: readonly BuiltInTopic[] = [
  education,
  finance,
  health,
  investing,
  technology,
  tourism,
]

const bySlug = new Map(builtInTopics.map((one) => [one.topic, one]))

export function builtInTopic(topic: string): BuiltInTopic | undefined {
  return bySlug.get(topic)
}
