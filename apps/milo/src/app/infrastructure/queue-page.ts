/** The part of the queue that is shown: as many as fit a page that is read from top to bottom. */
export const QUEUE_PAGE = { limit: 100 };
