/** Every status of a queue entry. WAITING and PROCESSING are open: at most one open entry per bot. */
export const QUEUE_STATUSES = ["WAITING", "PROCESSING", "DISPATCHED", "EXPIRED", "CANCELLED"] as const;
export type QueueStatus = (typeof QUEUE_STATUSES)[number];

/** WAITING → PROCESSING at admission, → DISPATCHED at claim, back to WAITING when an attempt fails before it. */
export const QUEUE_TRANSITIONS: Readonly<Record<QueueStatus, readonly QueueStatus[]>> = {
  WAITING: ["PROCESSING", "EXPIRED", "CANCELLED"],
  PROCESSING: ["DISPATCHED", "WAITING", "EXPIRED", "CANCELLED"],
  DISPATCHED: [],
  EXPIRED: [],
  CANCELLED: [],
};

export const OPEN_QUEUE_STATUSES = ["WAITING", "PROCESSING"] as const satisfies readonly QueueStatus[];

export function canQueueEntryMove(from: QueueStatus, to: QueueStatus): boolean {
  return QUEUE_TRANSITIONS[from].includes(to);
}
