/**
 * What the process's exit code says, for a platform's post-mortem. The bot's fate is what it reported to milo;
 * the code only helps where the report could not be delivered. Documented in docs/bot-contract.md.
 */
export const EXIT_CODES = {
  /** The call is over, or it was told to leave; DONE was reported. */
  done: 0,
  /** A defect of the bot itself: an error nobody handled. */
  crashed: 1,
  /** The meeting turned the bot away; FATAL was reported. */
  meetingRefused: 2,
  /** The meeting client failed before or during the call; FATAL was reported. */
  meetingFailed: 3,
  /** milo could not be asked for the claim, or SIGTERM came before it was granted; nothing was joined. */
  notClaimed: 4,
  /** The claim was refused; the process slept until SIGTERM or its maximum duration. */
  claimRefused: 5,
  /** The final report was not answered within FINAL_REPORT_PATIENCE_MS. */
  reportUndelivered: 6,
  /** MILO_URL, MILO_LAUNCH_KEY, MILO_ATTEMPT_TOKEN or the command line is missing or malformed (EX_USAGE). */
  badEnvironment: 64,
} as const;
