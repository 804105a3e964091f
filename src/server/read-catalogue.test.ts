import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCatalogue } from './read-catalogue.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'devos-catalogue-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const component = (name: string) => `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: ${name} }\n`;
const put = (path: string, text: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const names = async (...paths: string[]) => (await readCatalogue(paths, folder)).map(({ name }) => name);

describe('readCatalogue', () => {
  it('reads every document of files and folders', async () => {
    put('one.yaml', `${component('cart')}---\n${component('mail')}---\nkind: Group\napiVersion: v1\nmetadata: { name: team }\n`);
    put('all/a/catalog-info.yaml', component('ledger'));
    put('all/node_modules/x/catalog-info.yaml', component('never'));
    put('all/other.yaml', 'not: a descriptor');

    expect(await names('one.yaml', 'all')).toEqual(['cart', 'mail', 'ledger']);
  });

  it('takes the descriptor of the folder where none is configured', async () => {
    expect(await names()).toEqual([]);
    put('catalog-info.yaml', component('here'));

    expect(await names()).toEqual(['here']);
  });

  it.each([
    ['YAML that is broken', 'kind: [', 'document 1'],
    ['no entity', 'kind: Component', 'document 1'],
    ['a broken second document', `${component('cart')}---\nkind: Component\n`, 'document 2'],
    ['too much', `# ${'x'.repeat(1_000_001)}`, 'bytes'],
  ])('refuses %s and says where', async (_what, text, where) => {
    put('one.yaml', text);

    await expect(names('one.yaml')).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(where) });
  });

  it('refuses a path that is not there', async () => {
    await expect(names('missing')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
