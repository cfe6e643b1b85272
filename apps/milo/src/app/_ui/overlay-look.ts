/** The surface of what lies above the page: menus and popovers. */
export const OVERLAY = "z-50 animate-fade rounded-lg border bg-raised p-1 text-ink text-sm shadow-raised";

/** The veil over the page behind a dialog. */
export const VEIL = "fixed inset-0 z-40 animate-fade bg-[rgb(10_12_14/0.5)]";
