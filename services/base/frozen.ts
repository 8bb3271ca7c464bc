/**
 * Freezes a value of plain objects and arrays as a whole, but for bytes in it, which cannot be: whoever changes it by mistake throws. What is frozen is not looked
 * into again. Gives it back.
 */
export function frozen<V>(value: V): V {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

/** Makes something of an object that cannot change once, for as long as the object is in memory; the same is given each time, frozen as a whole. Of others it is made anew. */
export function madeOnce<K extends object, V extends object | string>(make: (source: K) => V): (source: K) => V {
  const made = new WeakMap<K, V>();
  return (source) => {
    const known = made.get(source);
    if (known !== undefined) return known;
    const value = make(source);
    if (Object.isFrozen(source)) made.set(source, frozen(value));
    return value;
  };
}
