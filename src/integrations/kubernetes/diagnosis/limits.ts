/** What a diagnosis says about what it did not see. */
export function limitLines(notRead: readonly string[], truncated: readonly string[]): string[] {
  return [
    ...(notRead.length === 0 ? [] : [`Not looked at, and nothing concluded from it: ${notRead.join('; ')}.`]),
    ...(truncated.length === 0 ? [] : [`There are more than were read: ${truncated.join(', ')}.`]),
  ];
}
