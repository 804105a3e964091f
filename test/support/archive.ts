/** One file out of a tar or a zip, for what npm packages hold. */
import { inflateRawSync } from 'node:zlib';

const block = 512;

/** From an unpacked tar. */
export function fromTar(tar: Buffer, path: string): Buffer | undefined {
  for (let at = 0; at + block <= tar.length;) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    if (name === '') return undefined;
    const size = Number.parseInt(tar.toString('utf8', at + 124, at + 136), 8);
    if (Number.isNaN(size)) return undefined;
    if (name === path) return tar.subarray(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;
  }
  return undefined;
}

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const deflated = 8;

/** Read by its directory at the end, as the format wants it; no ZIP64. */
export function fromZip(zip: Buffer, path: string): Buffer | undefined {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== endOfDirectory) end -= 1;
  if (end < 0) return undefined;
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0 && zip.readUInt32LE(at) === directoryEntry; left -= 1) {
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === path) return entryContent(zip, at);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return undefined;
}

function entryContent(zip: Buffer, entry: number): Buffer {
  const header = zip.readUInt32LE(entry + 42);
  // The lengths in front of the content may differ from those in the directory.
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const content = zip.subarray(start, start + zip.readUInt32LE(entry + 20));
  return zip.readUInt16LE(entry + 10) === deflated ? inflateRawSync(content) : content;
}
