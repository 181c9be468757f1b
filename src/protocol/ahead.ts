// Validators compiled ahead of time. A checkout has none and compiles its schemas when it runs; `npm run build` puts real ones in the
// place of this file, so that the package starts without AJV and loads it only to explain what is wrong.

/** Whether a value fits the schema; fills its defaults in. Says nothing of why not. */
export type Fits = (value: unknown) => boolean

export const fitsClientMessage: Fits | null = null
export const fitsConfig: Fits | null = null
