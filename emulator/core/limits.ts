export const FEWEST_MACHINES = 25;
export const MOST_MACHINES = 100_000;
export const MOST_ASSIGNMENTS = 100_000;
export const MOST_GROUPS = 5_000;
export const MOST_BRANCHES = 10_000;
/** Fleet of a start that names none. */
export const USUAL_MACHINES = 250;
