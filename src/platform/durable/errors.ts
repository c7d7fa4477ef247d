import { defineErrors } from '../../kernel/errors.ts'

export const durableErrors = defineErrors('durable', {
  portTaken: {
    status: 500,
    retry: 'after-change',
    help: 'Another program listens on a port that the workflow engine needs. Stop it, or choose other ports in the configuration.',
  },
  engineMissing: {
    status: 500,
    retry: 'after-change',
    help: 'The workflow engine for this platform is not installed. Run `npm ci` again, or point RESTATE_URL and RESTATE_ADMIN_URL at a running one.',
  },
  engineFailed: {
    status: 503,
    retry: 'backoff',
    help: 'The workflow engine did not start or does not answer. Its log is in the data directory under restate/restate.log.',
  },
  badInput: {
    status: 400,
    retry: 'never',
    help: 'The input does not fit the workflow or step. This is a mistake in the program that started it.',
  },
  stepFailed: {
    status: 500,
    retry: 'after-change',
    help: 'A step failed in a way that nobody foresaw. The log has the cause; retry the run once it is fixed.',
  },
  stopped: {
    status: 500,
    retry: 'after-change',
    help: 'The workflow engine ended this run without a result, usually because an operator killed it. Retry the run.',
  },
  cancelled: { status: 409, retry: 'never', help: 'Somebody cancelled this run. Retry it to start again.' },
  runNotFound: { status: 404, retry: 'never', help: 'There is no such run in this workspace.' },
  runFinished: {
    status: 409,
    retry: 'never',
    help: 'This run has already ended, so there is nothing to cancel.',
  },
  notRetryable: { status: 409, retry: 'never', help: 'Only a failed or cancelled run can be retried.' },
  stillStopping: {
    status: 409,
    retry: 'backoff',
    help: 'The run is still cleaning up after it was stopped. Try again in a few seconds.',
  },
  badSchedule: {
    status: 422,
    retry: 'after-change',
    help: 'The cron expression or the time zone cannot be read. Use five fields such as "0 9 * * 1" and an IANA zone such as "Europe/Berlin".',
  },
  scheduleNotFound: { status: 404, retry: 'never', help: 'There is no such schedule in this workspace.' },
})
