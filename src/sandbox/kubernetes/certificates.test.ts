import { once } from 'node:events';
import { request, createServer } from 'node:https';
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { issueCertificate } from './certificates.ts';

const now = new Date();
const authority = { ...issueCertificate({ name: 'sandbox', use: 'authority', now }), name: 'sandbox' };

describe('issueCertificate', () => {
  it('makes an authority whose signature others can check', () => {
    const server = new X509Certificate(issueCertificate({ name: 'kube-apiserver', use: 'server', now }, authority).cert);
    const root = new X509Certificate(authority.cert);

    expect(server.verify(root.publicKey)).toBe(true);
    expect(server.checkIssued(root)).toBe(true);
    expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(root.ca).toBe(true);
  });

  it('makes nothing that another authority seems to have signed', () => {
    const other = { ...issueCertificate({ name: 'sandbox', use: 'authority', now }), name: 'sandbox' };
    const server = new X509Certificate(issueCertificate({ name: 'kube-apiserver', use: 'server', now }, other).cert);

    expect(server.verify(new X509Certificate(authority.cert).publicKey)).toBe(false);
  });

  it('carries the user and the groups of a client to the server', async () => {
    const identity = issueCertificate({ name: 'server', use: 'server', now }, authority);
    const client = issueCertificate({ name: 'dana', groups: ['developers'], use: 'client', now }, authority);
    const seen: unknown[] = [];
    const server = createServer({ ...identity, ca: authority.cert, requestCert: true, rejectUnauthorized: false }, (incoming, response) => {
      const socket = incoming.socket;
      if ('getPeerX509Certificate' in socket && typeof socket.getPeerX509Certificate === 'function')
        seen.push(socket.getPeerX509Certificate()?.subject);
      response.end('ok');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    const asked = request({ host: '127.0.0.1', port, ca: authority.cert, ...client }).end();
    const [answer] = await once(asked, 'response');
    answer.resume();
    await once(answer, 'end');
    server.closeAllConnections();
    server.close();

    expect(seen).toEqual(['O=developers\nCN=dana']);
  });
});
