const D50 = [0.9642, 1, 0.8249];
/** sRGB's primaries as columns, adapted to D50, and the adaptation from D65 (IEC 61966-2-1, Bradford). */
const PRIMARIES = {
  rXYZ: [0.43607, 0.22249, 0.01392],
  gXYZ: [0.38515, 0.71687, 0.09708],
  bXYZ: [0.14307, 0.06061, 0.7141],
};
const ADAPTATION = [1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168];
/** sRGB's transfer curve: exponent above the threshold, straight below. */
const CURVE = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];

/** An ICC profile (version 4.2, under 600 bytes) of sRGB: what the colours of a face mean, as PDF/A asks for. */
export function srgbProfile(): Buffer {
  const curve = typed("para", u16(3), u16(0), ...CURVE.map(fixed));
  const tags: [string, Buffer][] = [
    ["desc", localized("sRGB")],
    ["cprt", localized("No copyright, use freely")],
    ["wtpt", xyz(D50)],
    ["chad", typed("sf32", ...ADAPTATION.map(fixed))],
    ...Object.entries(PRIMARIES).map(([tag, column]): [string, Buffer] => [tag, xyz(column)]),
    ["rTRC", curve],
    ["gTRC", curve],
    ["bTRC", curve],
  ];
  const places = new Map<Buffer, number>();
  const table: Buffer[] = [u32(tags.length)];
  const data: Buffer[] = [];
  let offset = 128 + 4 + tags.length * 12;
  for (const [tag, content] of tags) {
    if (!places.has(content)) {
      places.set(content, offset);
      data.push(content);
      offset += content.length;
    }
    table.push(Buffer.from(tag, "latin1"), u32(places.get(content) as number), u32(content.length));
  }
  return Buffer.concat([header(offset), ...table, ...data]);
}

function header(size: number): Buffer {
  const bytes = Buffer.alloc(128);
  bytes.writeUInt32BE(size, 0);
  bytes.writeUInt32BE(0x04200000, 8);
  bytes.write("mntrRGB XYZ ", 12, "latin1");
  // A fixed creation date: the profile never changes.
  Buffer.concat([2026, 1, 1].map(u16)).copy(bytes, 24);
  bytes.write("acsp", 36, "latin1");
  Buffer.concat(D50.map(fixed)).copy(bytes, 68);
  return bytes;
}

function typed(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), u32(0), ...parts]);
  return Buffer.concat([body, Buffer.alloc(-body.length & 3)]);
}

function localized(text: string): Buffer {
  const utf16 = Buffer.from(text, "utf16le").swap16();
  return typed("mluc", u32(1), u32(12), Buffer.from("enUS", "latin1"), u32(utf16.length), u32(28), utf16);
}

function xyz(values: readonly number[]): Buffer {
  return typed("XYZ ", ...values.map(fixed));
}

function fixed(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65536));
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
