/** Whether two objects of one kind hold the same values. Answers of a worker are copies, so that the objects themselves never are the same. */
export function hasSameFields<T extends object>(one: T, other: T): boolean {
  return (Object.keys(other) as (keyof T)[]).every((name) => one[name] === other[name]);
}
