import { type Command, Option } from 'commander'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { fieldsText, tableText } from '../../platform/cli/layout.ts'
import { needFile } from '../../platform/cli/need-file.ts'
import { type Asset, assetKinds } from './asset.ts'

/** `assets list|show|upload|delete` on the server. */
export function assetCommands(program: Command, cli: CliContext): void {
  const group = program.command('assets').description('stored files')

  group
    .command('list')
    .description('list stored files, newest first')
    .addOption(new Option('--kind <kind>', 'only this kind').choices([...assetKinds]))
    .option('--name <part>', 'only names that contain this')
    .action(async (options: { kind?: string; name?: string }) => {
      const items: Asset[] = []
      const api = await cli.api()
      for await (const asset of api.list<Asset>('/assets', { query: options })) items.push(asset)
      const rows = items.map(({ id, kind, sizeBytes, createdAt, name }) => ({
        id,
        kind,
        bytes: sizeBytes,
        created: createdAt,
        name,
      }))
      cli.out({ items }, items.length === 0 ? 'No files yet.' : tableText(rows))
    })

  group
    .command('show')
    .description('show one stored file')
    .argument('<asset>', 'id of the asset')
    .action(async (assetId: string) => {
      const asset = await (await cli.api()).get<Asset>(`/assets/${encodeURIComponent(assetId)}`)
      cli.out(asset, fieldsText(asset))
    })

  group
    .command('upload')
    .description('upload a file; continues where an interrupted upload of it stopped')
    .argument('<file>', 'path of the file')
    .option('--name <name>', 'name to show (default: the name of the file)')
    .action(async (path: string, options: { name?: string }) => {
      const file = await needFile(path)
      const api = await cli.api()
      const bar = cli.progress('Uploading')
      const onProgress = (percent: number, note: string) => bar.update(percent, note)
      const uploaded = await api.upload(file, { name: options.name, onProgress, signal: cli.signal })
      bar.done()
      const { assetId, isDuplicate, sha256, sizeBytes } = uploaded
      const text = isDuplicate ? `${assetId} has the same content already.` : `Uploaded as ${assetId}.`
      cli.out({ assetId, duplicate: isDuplicate, sha256, sizeBytes }, text)
    })

  group
    .command('delete')
    .description('delete a stored file')
    .argument('<asset>', 'id of the asset')
    .action(async (assetId: string) => {
      await (await cli.api()).delete(`/assets/${encodeURIComponent(assetId)}`)
      cli.out({ assetId, deleted: true }, `Deleted ${assetId}.`)
    })
}
