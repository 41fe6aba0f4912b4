export function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}

export function tries(count: number): string {
  return count === 1 ? "1 try" : `${count} tries`;
}

export function users(count: number): string {
  return count === 1 ? "1 user" : `${count} users`;
}

export function wrong(count: number): string {
  return count === 1 ? "1 wrong password" : `${count} wrong passwords`;
}

export function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return [
    minutes > 0 && (minutes === 1 ? "1 minute" : `${minutes} minutes`),
    (rest > 0 || minutes === 0) && (rest === 1 ? "1 second" : `${rest} seconds`),
  ]
    .filter(Boolean)
    .join(" ");
}
