import twitter from 'twitter-text'
import type { TextUnit } from './text-limits.ts'

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const linkPattern = /https?:\/\/[^\s<>"]+/g
const mastodonMention = /(^|[^\w/])(@\w+)@[\w.-]+\w/g

const counters: Record<TextUnit, (text: string) => number> = {
  // What people take for characters in most APIs: code points.
  characters: (text) => [...text].length,
  utf16: (text) => text.length,
  bytes: (text) => Buffer.byteLength(text),
  graphemes: (text) => [...segmenter.segment(text)].length,
  // twitter-text's version 3: most scripts count one, CJK and emoji two, every link 23.
  weighted: (text) => twitter.parseTweet(text.normalize('NFC')).weightedLength,
  // Links count 23 and mentions without their server (Mastodon's StatusLengthValidator).
  mastodon: (text) =>
    [...segmenter.segment(text.replace(linkPattern, 'x'.repeat(23)).replace(mastodonMention, '$1$2'))].length,
  tagCharacters: (text) => [...text].length,
}

/** How long a text is where it goes. */
export function countText(text: string, unit: TextUnit): number {
  return counters[unit](text)
}

/**
 * How long a list of tags is for YouTube: all their characters, a comma between two, and quotation marks around each
 * that has a space (https://developers.google.com/youtube/v3/docs/videos#snippet.tags[]).
 */
export function countTags(tags: readonly string[]): number {
  const each = tags.map((tag) => [...tag].length + (/\s/.test(tag) ? 2 : 0))
  return each.reduce((sum, length) => sum + length, 0) + Math.max(0, tags.length - 1)
}

export type Found = { text: string; start: number; end: number }

/** Hashtags with their places, as platforms find them: a letter among them, and not inside a link. */
export function findHashtags(text: string): Found[] {
  return twitter.extractHashtagsWithIndices(text).map(({ hashtag, indices: [start, end] }) => ({
    text: hashtag,
    start,
    end,
  }))
}

export function findMentions(text: string): Found[] {
  return [...text.matchAll(/(?<![\w.@/])@[\w.]{1,60}/g)].map(({ 0: found, index }) => ({
    text: found.slice(1),
    start: index,
    end: index + found.length,
  }))
}

export function findLinks(text: string): Found[] {
  return [...text.matchAll(linkPattern)].map(({ 0: found, index }) => {
    // A full stop or bracket behind a link belongs to the sentence.
    const link = found.replace(/[.,;:!?)\]]+$/, '')
    return { text: link, start: index, end: index + link.length }
  })
}
