import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fromTar, fromZip } from './archive.ts';

function tarOf(files: Record<string, string>): Buffer {
  const parts = Object.entries(files).flatMap(([name, content]) => {
    const header = Buffer.alloc(512);
    header.write(name);
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    return [header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function zipOf(files: Record<string, string>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    bodies.push(local, Buffer.from(name), data);
    directory.push(entry, Buffer.from(name));
    offset += 30 + name.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, ...directory, end]);
}

describe('files out of archives', () => {
  it('finds a file behind others in a tar', () => {
    const tar = tarOf({ 'package/a': 'x'.repeat(700), 'package/lib/layer.zip': 'the layer' });

    expect(fromTar(tar, 'package/lib/layer.zip')?.toString()).toBe('the layer');
    expect(fromTar(tar, 'package/none')).toBeUndefined();
  });

  it('finds and unpacks a file behind others in a zip', () => {
    const zip = zipOf({ 'helm/helm': 'h'.repeat(900), 'kubectl/kubectl': 'k'.repeat(900) });

    expect(fromZip(zip, 'kubectl/kubectl')?.toString()).toBe('k'.repeat(900));
    expect(fromZip(zip, 'none')).toBeUndefined();
    expect(fromZip(Buffer.from('no zip at all, however long it may be'), 'kubectl/kubectl')).toBeUndefined();
  });
});
