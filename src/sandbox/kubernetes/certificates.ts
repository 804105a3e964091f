/**
 * X.509 certificates for loopback: an authority, a server, users. Node can read certificates but not make them, and
 * kubectl sends bearer tokens over https only, so this writes the few lines of DER that they need.
 */
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** PEM texts. */
export interface Certificate {
  cert: string;
  key: string;
}

export interface CertificateRequest {
  /** Common name: the user of a client certificate. */
  name: string;
  /** Organisations: the user's groups. */
  groups?: string[];
  use: 'authority' | 'server' | 'client';
  now: Date;
}

const oids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectAlternativeName: '2.5.29.17',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
  clientAuthentication: '1.3.6.1.5.5.7.3.2',
};

const validDays = 3650;

/** Signed by `issuer`, or by itself where there is none. Takes about a millisecond. */
export function issueCertificate(request: CertificateRequest, issuer?: Certificate & { name: string }): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(objectId(oids.ecdsaWithSha256));
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    nameOf(issuer?.name ?? request.name, issuer === undefined ? (request.groups ?? []) : []),
    sequence(time(new Date(request.now.getTime() - 60_000)), time(new Date(request.now.getTime() + validDays * 86_400_000))),
    nameOf(request.name, request.groups ?? []),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensionsOf(request), ...keyIds(publicKey, issuer))),
  );
  const key: KeyObject | string = issuer?.key ?? privateKey;
  const signature = sign('sha256', body, key);
  const certificate = sequence(body, algorithm, bits(signature));
  return {
    cert: toPem(certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function extensionsOf({ use }: CertificateRequest): Buffer[] {
  switch (use) {
    case 'authority':
      return [
        extension(oids.basicConstraints, true, sequence(boolean(true))),
        extension(oids.keyUsage, true, bits(Buffer.from([0b0000_0110]), 1)), // sign certificates, sign revocations
      ];
    case 'server':
      return [
        extension(oids.keyUsage, true, bits(Buffer.from([0b1000_0000]), 7)), // digital signature
        extension(oids.extendedKeyUsage, false, sequence(objectId(oids.serverAuthentication))),
        extension(
          oids.subjectAlternativeName,
          false,
          sequence(tagged(0x82, Buffer.from('localhost')), tagged(0x87, Buffer.from([127, 0, 0, 1]))),
        ),
      ];
    case 'client':
      return [
        extension(oids.keyUsage, true, bits(Buffer.from([0b1000_0000]), 7)),
        extension(oids.extendedKeyUsage, false, sequence(objectId(oids.clientAuthentication))),
      ];
  }
}

/** Strict verifiers want to see which key signed which. */
function keyIds(key: KeyObject, issuer: Certificate | undefined): Buffer[] {
  const id = (of: KeyObject): Buffer =>
    createHash('sha1')
      .update(of.export({ type: 'spki', format: 'der' }))
      .digest();
  const authority = issuer === undefined ? key : createPublicKey(issuer.cert);
  return [
    extension(oids.subjectKeyId, false, tagged(0x04, id(key))),
    extension(oids.authorityKeyId, false, sequence(tagged(0x80, id(authority)))),
  ];
}

function nameOf(commonName: string, organizations: string[]): Buffer {
  const part = (oid: string, value: string): Buffer => tagged(0x31, sequence(objectId(oid), tagged(0x0c, Buffer.from(value, 'utf8'))));
  return sequence(...organizations.map((value) => part(oids.organization, value)), part(oids.commonName, commonName));
}

function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectId(oid), ...(critical ? [boolean(true)] : []), tagged(0x04, value));
}

function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 128) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256);
  return Buffer.from([0x80 + bytes.length, ...bytes]);
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, ...parts);
const integer = (value: Buffer): Buffer => tagged(0x02, value);
const boolean = (value: boolean): Buffer => tagged(0x01, Buffer.from([value ? 0xff : 0]));
const bits = (value: Buffer, unused = 0): Buffer => tagged(0x03, Buffer.from([unused]), value);

/** UTCTime until 2049, GeneralizedTime after it. */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part % 128];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left % 128) + 128);
    bytes.push(...groups);
  }
  return tagged(0x06, Buffer.from(bytes));
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
