/** The weights file: a mark, the hash of the vocabulary, a head in JSON, then for each class distances of buckets and one byte a weight. */

export interface Weights {
  classes: { id: string; bias: number; weights: { bucket: number; weight: number }[] }[];
}

const MARK = 'DVP1';
const HASH_BYTES = 32;
const HEAD = MARK.length + HASH_BYTES + 4;

interface Head {
  classes: string[];
  bias: number[];
  /** What a weight of 127 stands for. */
  scale: number[];
  counts: number[];
}

export function encodeWeights(vocabulary: Uint8Array, { classes }: Weights): Uint8Array {
  const scale = classes.map(({ weights }) => rounded(weights.reduce((most, { weight }) => Math.max(most, Math.abs(weight)), 1e-6)));
  const head: Head = {
    classes: classes.map(({ id }) => id),
    bias: classes.map(({ bias }) => rounded(bias)),
    scale,
    counts: classes.map(({ weights }) => weights.length),
  };
  const headBytes = new TextEncoder().encode(JSON.stringify(head));
  const body: number[] = [];
  for (const [index, { weights }] of classes.entries()) {
    let last = 0;
    for (const { bucket, weight } of weights) {
      let distance = bucket - last;
      last = bucket;
      for (; distance > 127; distance >>>= 7) body.push((distance & 127) | 128);
      body.push(distance, Math.round((weight / (scale[index] ?? 1)) * 127) & 255);
    }
  }
  const bytes = new Uint8Array(HEAD + headBytes.length + body.length);
  bytes.set(new TextEncoder().encode(MARK));
  bytes.set(vocabulary.subarray(0, HASH_BYTES), MARK.length);
  new DataView(bytes.buffer).setUint32(MARK.length + HASH_BYTES, headBytes.length);
  bytes.set(headBytes, HEAD);
  bytes.set(body, HEAD + headBytes.length);
  return bytes;
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

export interface DecodedWeights {
  vocabulary: Uint8Array;
  weights: Weights;
}

/** Undefined where the bytes are no weights of this form. */
export function decodeWeights(bytes: Uint8Array): DecodedWeights | undefined {
  const head = readHead(bytes);
  if (head === undefined) return undefined;
  const vocabulary = bytes.slice(MARK.length, MARK.length + HASH_BYTES);
  let at = head.end;
  const classes: Weights['classes'] = [];
  for (const [index, id] of head.classes.entries()) {
    const scale = (head.scale[index] ?? 0) / 127;
    const weights: { bucket: number; weight: number }[] = [];
    let bucket = 0;
    for (let left = head.counts[index] ?? 0; left > 0 && at < bytes.length; left -= 1) {
      let shift = 0;
      for (; (bytes[at] ?? 0) > 127; at += 1, shift += 7) bucket += ((bytes[at] ?? 0) & 127) << shift;
      bucket += (bytes[at] ?? 0) << shift;
      const byte = bytes[at + 1] ?? 0;
      weights.push({ bucket, weight: (byte > 127 ? byte - 256 : byte) * scale });
      at += 2;
    }
    classes.push({ id, bias: head.bias[index] ?? 0, weights });
  }
  return at === bytes.length ? { vocabulary, weights: { classes } } : undefined;
}

function readHead(bytes: Uint8Array): (Head & { end: number }) | undefined {
  if (bytes.length < HEAD || new TextDecoder().decode(bytes.subarray(0, MARK.length)) !== MARK) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MARK.length + HASH_BYTES);
  if (HEAD + length > bytes.length) return undefined;
  try {
    const head: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(HEAD, HEAD + length)));
    return isHead(head) ? { ...head, end: HEAD + length } : undefined;
  } catch {
    return undefined; // Damaged: no proposals, as when there is no file.
  }
}

function isHead(head: unknown): head is Head {
  if (typeof head !== 'object' || head === null) return false;
  const { classes, bias, scale, counts } = head as Partial<Head>; // each is checked now
  return [classes, bias, scale, counts].every((list) => Array.isArray(list) && list.length === classes?.length);
}
