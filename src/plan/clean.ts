/** Text from outside on its way into a plan or before a person. */

/** Terminal sequences, and characters that move the cursor, reorder, hide or count nothing: none of them may reach a reader. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const sequences = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-_]/g;
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;
const breaks = /[\n\r\t\u2028\u2029]+/g;

/** One line: line breaks and tabs become a space. Lone surrogates become U+FFFD, so that the text can be hashed. */
export function cleanLine(text: string): string {
  return text.replace(sequences, '').replace(breaks, ' ').replace(unseen, '').toWellFormed();
}
