/** Text from outside on its way to a person. Light: loaded with every sentence. */

/** Terminal sequences, control characters but tab and newline, and characters that reorder or hide what is read. */
// oxlint-disable no-control-regex -- control characters are what is looked for
const unsafe =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Plain text: nothing in it can move the cursor, colour, hide or reorder. A Windows line end becomes a plain one. */
export function plainText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(unsafe, '');
}
