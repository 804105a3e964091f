/** Text from outside on its way to a person or into a plan. */

/** Terminal sequences, and characters that move the cursor, reorder or hide: none of them may reach a reader. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const sequences = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-_]/g;
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;
const unseenButLines = /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;

/** Nearly all text is like this, and needs no more than this look: the sets above take long to make and to search. */
const plainLine = /^[ -~]*$/;
const plainText = /^[ -~\n\t]*$/;

/** One line: line breaks and tabs become a space. Half a character (a lone surrogate) becomes U+FFFD. */
export function cleanLine(text: string): string {
  if (plainLine.test(text)) return text;
  return text
    .replace(sequences, '')
    .replace(/[\n\r\t\u2028\u2029]+/g, ' ')
    .replace(unseen, '')
    .toWellFormed();
}

/** Several lines: line breaks (as `\n`) and tabs stay. */
export function cleanText(text: string): string {
  if (plainText.test(text)) return text;
  return text
    .replace(sequences, '')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(unseenButLines, '')
    .toWellFormed();
}
