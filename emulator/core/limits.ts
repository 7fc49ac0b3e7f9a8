export const FEWEST_MACHINES = 25;
export const MOST_MACHINES = 100_000;
/** Fleet of a start that names none. */
export const USUAL_MACHINES = 250;
