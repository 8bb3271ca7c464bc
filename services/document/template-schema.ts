const number = (minimum: number, maximum: number) => ({ type: "number", minimum, maximum });
const integer = (minimum: number, maximum: number) => ({ type: "integer", minimum, maximum });
const text = (maxLength: number) => ({ type: "string", minLength: 1, maxLength });
const tuple = (...prefixItems: object[]) => ({
  type: "array",
  prefixItems,
  minItems: prefixItems.length,
  maxItems: prefixItems.length,
});

const mm = number(0, 1000);
const point = tuple(mm, mm);
const box = tuple(mm, mm, number(0.1, 1000), number(0.1, 1000));
const color = { type: "string", pattern: "^#[0-9A-Fa-f]{6}$" };
const strokeWidth = number(0.02, 10);
const paint = { fill: color, stroke: color, strokeWidth };

const STEP = "(\\.[A-Za-z_][A-Za-z0-9_]*|\\[([0-9]{1,2}|\\*)\\])";
const source = { type: "string", maxLength: 200, pattern: `^(data|metadata|holders)${STEP}+$` };

/** Where a cell's value stands in its row; `#` is the row's number. */
const cellSource = { type: "string", maxLength: 200, pattern: `^(#|[A-Za-z_][A-Za-z0-9_]*${STEP}*)$` };

const valueForm = {
  format: { enum: ["text", "date"] },
  join: { type: "string", maxLength: 20 },
  prefix: text(50),
  suffix: text(50),
  absent: text(100),
  map: { type: "object", maxProperties: 200, additionalProperties: { type: "string", maxLength: 100 } },
};
const fieldSource = { source, ...valueForm };

const textForm = {
  font: { enum: ["regular", "bold"] },
  size: number(3, 120),
  minSize: number(3, 120),
  align: { enum: ["left", "center", "right", "spread", "justify"] },
  valign: { enum: ["top", "middle", "bottom"] },
  wrap: { type: "boolean" },
  lineHeight: number(1, 4),
  spacing: number(0, 5),
  color,
};
const style = { box, ...textForm };

const element = (type: string, required: string[], properties: object) => ({
  type: "object",
  additionalProperties: false,
  required: ["type", ...required],
  properties: { type: { const: type }, ...properties },
});

const ELEMENTS = [
  element("text", ["text", "box", "size"], { text: text(2000), ...style }),
  element("field", ["box", "size"], {
    ...fieldSource,
    parts: {
      type: "array",
      minItems: 1,
      maxItems: 20,
      items: {
        type: "object",
        additionalProperties: false,
        properties: { text: text(100), ...fieldSource },
        minProperties: 1,
      },
    },
    ...style,
  }),
  element("line", ["from", "to", "stroke"], {
    from: point,
    to: point,
    stroke: color,
    strokeWidth,
    dash: tuple(number(0.05, 50), number(0.05, 50)),
  }),
  element("rect", ["box"], { box, radius: number(0, 100), ...paint }),
  element("path", ["d"], { d: text(50_000), at: point, scale: number(0.001, 1000), ...paint }),
  element("rosette", ["center", "radius", "innerRadius", "petals", "lines", "stroke"], {
    center: point,
    radius: number(1, 300),
    innerRadius: number(0, 300),
    petals: integer(3, 60),
    lines: integer(1, 24),
    stroke: color,
    strokeWidth,
  }),
  element("border", ["box", "depth", "wavelength", "lines", "stroke"], {
    box,
    depth: number(0.5, 30),
    wavelength: number(2, 60),
    lines: integer(1, 8),
    stroke: color,
    strokeWidth,
  }),
  element("qr", ["box", "source"], { box, source, color }),
  element("image", ["box"], { box, source, attachment: text(200), required: { type: "boolean" } }),
  element("table", ["box", "source", "rowHeight", "columns"], {
    box,
    source,
    rowHeight: number(2, 100),
    minRowHeight: number(2, 100),
    header: {
      type: "object",
      additionalProperties: false,
      required: ["height", "size"],
      properties: {
        height: number(2, 100),
        size: number(3, 120),
        font: { enum: ["regular", "bold"] },
        color,
        fill: color,
      },
    },
    columns: {
      type: "array",
      minItems: 1,
      maxItems: 20,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["width", "source", "size"],
        properties: { width: number(2, 1000), title: text(50), source: cellSource, ...valueForm, ...textForm },
      },
    },
    stroke: color,
    strokeWidth,
  }),
  element("seal", ["box"], { box }),
];

/** JSON Schema (2020-12, with ajv's `discriminator`) of a face template: the form that `template.ts` types. */
export const TEMPLATE_SCHEMA = {
  type: "object",
  additionalProperties: false,
  required: ["schema", "page", "elements"],
  properties: {
    schema: { const: "ecert.face.v1" },
    output: {
      type: "object",
      additionalProperties: false,
      properties: { pdf: { enum: ["A-2b", "A-3b"] }, ofd: { enum: ["OFD", "OFD-A"] } },
    },
    page: {
      type: "object",
      additionalProperties: false,
      required: ["width", "height"],
      properties: { width: number(50, 1000), height: number(50, 1000) },
    },
    elements: {
      type: "array",
      minItems: 1,
      maxItems: 500,
      items: {
        type: "object",
        discriminator: { propertyName: "type" },
        required: ["type"],
        oneOf: ELEMENTS,
      },
    },
  },
};

/** JSON Schema of a seal picture: the form that `seal-picture.ts` types. */
export const SEAL_SCHEMA = {
  type: "object",
  discriminator: { propertyName: "kind" },
  required: ["kind"],
  oneOf: [
    {
      type: "object",
      additionalProperties: false,
      required: ["kind", "name", "diameter"],
      properties: {
        kind: { const: "round" },
        name: { type: "string", minLength: 2, maxLength: 30 },
        caption: text(12),
        diameter: number(20, 60),
        color,
      },
    },
    {
      type: "object",
      additionalProperties: false,
      required: ["kind", "width", "height", "viewBox", "paths"],
      properties: {
        kind: { const: "vector" },
        width: number(5, 80),
        height: number(5, 80),
        viewBox: tuple(number(1, 100_000), number(1, 100_000)),
        paths: {
          type: "array",
          minItems: 1,
          maxItems: 2000,
          items: {
            type: "object",
            additionalProperties: false,
            required: ["d"],
            properties: { d: text(50_000), fill: color, stroke: color, strokeWidth: number(0.001, 10_000) },
          },
        },
      },
    },
  ],
};
