/** Where the page lies, and what is kept for times without a network; its threads are loaded from below. */
export const KEPT_PATH = "/verify";
