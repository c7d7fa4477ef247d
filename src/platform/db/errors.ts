import { defineErrors } from '../../kernel/errors.ts'

export const dbErrors = defineErrors('db', {
  unsupportedPlatform: {
    status: 500,
    retry: 'after-change',
    help: 'There is no bundled PostgreSQL for this machine. Run `npm ci` here once more, or set DATABASE_URL to a PostgreSQL 15 or newer.',
  },
  otherMajorVersion: {
    status: 500,
    retry: 'after-change',
    help: 'Make a backup with the release that wrote this data directory (`creatorops backup --out DIR --logical`), move the directory aside, and bring the backup back with `creatorops restore DIR`.',
  },
  notADatabase: {
    status: 500,
    retry: 'after-change',
    help: 'The database directory holds files that are not a PostgreSQL data directory. Move them away, or set CREATOROPS_HOME to another directory.',
  },
  locked: {
    status: 409,
    retry: 'after-change',
    help: 'Another PostgreSQL server uses this data directory. Stop it first; two servers on one directory would destroy it.',
  },
  notOwner: {
    status: 500,
    retry: 'after-change',
    help: 'The data directory belongs to another user of this machine. Run CreatorOps as that user, or give the directory to yourself with chown.',
  },
  noUser: {
    status: 500,
    retry: 'after-change',
    help: 'PostgreSQL refuses to run as root, and no other user was found in /etc/passwd. Add one named postgres, or run CreatorOps as an ordinary user.',
  },
  startFailed: {
    status: 503,
    retry: 'after-change',
    help: 'PostgreSQL did not start. The last lines of its log are in the message; the whole log is log/postgres.log in the data directory.',
  },
  unreachable: {
    status: 503,
    retry: 'backoff',
    help: 'The database does not answer. Check that it runs and that DATABASE_URL is right.',
  },
  tooOld: {
    status: 500,
    retry: 'after-change',
    help: 'CreatorOps needs PostgreSQL 15 or newer. Upgrade the server, or point DATABASE_URL to another one.',
  },
  migrationEdited: {
    status: 500,
    retry: 'after-change',
    help: 'A migration that this database already has was changed afterwards. Restore the file, and put the change into a new migration.',
  },
  migrationFailed: {
    status: 500,
    retry: 'after-change',
    help: 'A migration could not be applied and was undone; the database is as it was before it.',
  },
  nothingHere: {
    status: 404,
    retry: 'after-change',
    help: 'There is no database in the data directory. Check CREATOROPS_HOME, or DATABASE_URL if you use a server of your own.',
  },
  targetNotEmpty: {
    status: 409,
    retry: 'after-change',
    help: 'Backups are written into a new directory and restored into an empty one, so that nothing is ever overwritten. Choose another directory, or move this one away.',
  },
  backupDamaged: {
    status: 422,
    retry: 'after-change',
    help: 'The backup is not complete or was changed after it was made. Use another one.',
  },
  backupOtherVersion: {
    status: 409,
    retry: 'after-change',
    help: 'Restore the backup with the release that made it. Between releases with different PostgreSQL versions, use `creatorops backup --logical`.',
  },
  restoreFailed: {
    status: 500,
    retry: 'after-change',
    help: 'The restored database did not pass its checks and was removed again. Use another backup.',
  },
})
