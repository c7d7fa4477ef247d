import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStorage } from './open-storage.ts'
import { parseS3Url } from './s3-location.ts'

test('an OBJECTS_URL says bucket, prefix, endpoint, region and encryption', () => {
  const url = 's3://films/team%20a/?endpoint=http://127.0.0.1:9&region=eu-central-1&sse=kms&kmsKey=k'
  assert.deepEqual(parseS3Url(url), {
    bucket: 'films',
    prefix: 'team a/',
    endpoint: 'http://127.0.0.1:9',
    region: 'eu-central-1',
    encryption: { kind: 'aws:kms', keyId: 'k' },
    checksums: 'md5',
    partBytes: 16 * 1024 * 1024,
  })
  assert.equal(parseS3Url('s3://films', { AWS_REGION: 'eu-west-1' }).region, 'eu-west-1')
  assert.equal(parseS3Url('s3://films').checksums, 'full')
})

test('an OBJECTS_URL that cannot be meant is refused with the reason', () => {
  const refused = [
    's3://',
    's3://key:secret@films',
    's3://films?sse=rot13',
    's3://films?regoin=x',
    's3://films?endpoint=ftp://x',
    's3://films?partBytes=1000',
  ]
  for (const url of refused) assert.throws(() => parseS3Url(url), { code: 'storage.misconfigured' }, url)
  assert.throws(() => openStorage('gs://films', '/home'), { code: 'storage.misconfigured' })
})

test('without OBJECTS_URL files go to the folder objects in the home', () => {
  assert.equal(openStorage(undefined, '/home').describe().location, '/home/objects')
  assert.equal(openStorage('file:///films', '/home').describe().location, '/films')
})
