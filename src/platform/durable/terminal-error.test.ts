import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { CancelledError, TerminalError } from '@restatedev/restate-sdk'

import { durableErrors } from './errors.ts'
import { asTerminalError, failureFrom, retryableError } from './terminal-error.ts'

describe('asTerminalError', () => {
  test('a failure that no retry can help ends the step and keeps its code', () => {
    const terminal = asTerminalError(durableErrors.badInput('No.'))
    assert.ok(terminal instanceof TerminalError)
    assert.equal(terminal.code, 400)
    assert.equal(failureFrom(terminal).code, 'durable.badInput')
  })

  test('a failure that needs a change first ends the step', () => {
    assert.ok(asTerminalError(durableErrors.badSchedule('No.')))
  })

  test('a failure that may pass is retried', () => {
    assert.equal(asTerminalError(durableErrors.engineFailed('Not now.')), undefined)
  })

  test('a bug is left to the step, which retries it a few times', () => {
    assert.equal(asTerminalError(new TypeError('x is undefined')), undefined)
  })
})

describe('failureFrom', () => {
  test('a code survives retries that were used up, where the engine keeps only the message', () => {
    const sent = retryableError(durableErrors.engineFailed('It is down: really.'))
    assert.deepEqual(failureFrom(new TerminalError(sent.message)), {
      code: 'durable.engineFailed',
      message: 'It is down: really.',
      help: durableErrors.rows.engineFailed.help,
      retryable: true,
    })
  })

  test('a cancel is told apart, both as thrown here and as answered by a cancelled call', () => {
    assert.equal(failureFrom(new CancelledError()).code, 'durable.cancelled')
    assert.equal(failureFrom(new TerminalError('cancelled', { errorCode: 409 })).code, 'durable.cancelled')
  })

  test('an unknown failure does not show its message to people', () => {
    const failure = failureFrom(new Error('ENOENT /home/anna/secret.mp4'))
    assert.equal(failure.code, 'durable.stepFailed')
    assert.doesNotMatch(failure.message, /anna/)
  })

  test('a text that only looks like a code is not taken for one', () => {
    assert.equal(failureFrom(new TerminalError('example.com: not found')).code, 'durable.stepFailed')
  })
})
