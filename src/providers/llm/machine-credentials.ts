/** AWS credentials as every AWS tool finds them: environment, files, SSO, the machine's role. */
export async function machineCredentials() {
  const { S3Client } = await import('@aws-sdk/client-s3')
  // The client of a vendor we have anyway; only its chain of credentials is used.
  return new S3Client({ region: 'us-east-1' }).config.credentials()
}
