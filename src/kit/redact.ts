/** Masks what looks like a credential. A net under the rule that secrets are never put into text in the first place. */
const masked = '***';

/** Order matters: blocks and whole headers before the shorter shapes inside them. */
const patterns: [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, masked],
  // PEM in base64, as kubeconfigs hold keys: "-----BEGIN" always begins so.
  [/\bLS0tLS1CRUdJTi[A-Za-z0-9+/=_-]{16,}/g, masked],
  // Of a Docker configuration.
  [/("auth"\s*:\s*")[A-Za-z0-9+/=]{8,}(")/g, `$1${masked}$2`],
  [/\b(bearer|basic|token)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${masked}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]+:[^\s/@]+@/gi, `$1${masked}@`],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, masked],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, masked],
  [/\b(?:ghp|gho|ghs|ghu|github_pat|glpat|xox[abprs]|sk|ATATT)[-_A-Za-z0-9]{16,}/g, masked],
  [
    /((?:pass(?:word|wd)?|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|client[-_]?secret|authorization)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s"',;&]+)/gi,
    `$1${masked}`,
  ],
  [/((?:^|\s)--?(?:password|passwd|secret|token|api-key|pass)[= ])(\S+)/gi, `$1${masked}`],
];

export function redact(text: string): string {
  let result = text;
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
  return result;
}
