export function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}

export function tries(count: number): string {
  return count === 1 ? "1 try" : `${count} tries`;
}

export function users(count: number): string {
  return count === 1 ? "1 user" : `${count} users`;
}
