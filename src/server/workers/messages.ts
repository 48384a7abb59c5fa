/** What a worker tells its supervisor. */
export type FromWorker =
  | { is: 'ready'; url: string }
  /** The event loop turns. */
  | { is: 'beat' }
  /** Somebody asked this worker for the metrics of all. */
  | { is: 'gather'; id: number }
  | { is: 'metrics'; id: number; text: string };

/** What a supervisor tells a worker. */
export type ToWorker =
  /** Finish what is under way and end. */
  | { is: 'stop' }
  /** Another one serves in its place: leave the port, then stop. */
  | { is: 'retire' }
  | { is: 'report'; id: number }
  | { is: 'gathered'; id: number; text: string };
