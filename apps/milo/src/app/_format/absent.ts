/**
 * What stands for a moment that has not come, in every table and list. Not "never": of a bot that waits that is not known.
 */
export const NO_TIME = "–";
