/** 45秒, 3分, 1分20秒. */
export function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return `${minutes > 0 ? `${minutes}分` : ""}${rest > 0 || minutes === 0 ? `${rest}秒` : ""}`;
}

/** 1世代前・2世代前, as the FAQ says it (3-3); many are counted, not listed. */
export function generationsBefore(count: number): string {
  if (count > 3) return `過去${count}世代`;
  return Array.from({ length: count }, (_, index) => `${index + 1}世代前`).join("・");
}
