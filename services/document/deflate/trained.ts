import type { CodeTable } from "./fixed-coder.ts";

/* Written by ops/docs/train-codes.ts. These tables belong to drawing 2 for ever. */

/** Outlines of glyphs. */
export const GLYPH_CODES: CodeTable = {
  literals:
    "5555665666666666667666667777766776768766888888887877867688888879989999999999999999999999999999999999999aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbc9868f67889a9abcedcfeffffffffffffff",
  distances: "7855543434333469aeeeeeeeeeeddd",
};

/** The other tables of a font. */
export const FONT_TABLE_CODES: CodeTable = {
  literals:
    "16667988889889999aaa9a8a9a989999798888999899888889899889999a8aa99a989aa99ba9aa78988789aa89a98b898898878889a978878989899999a9ac9999a99aba9a999ab99bcb9a9b9bbbabaa9adcacab9bbc9acb9bdcaccb9bcc9dbeaaee9acbacabadcaaacbacebabfcacc9ad9dbafb8dbeaaca9cfbabaaafba99b8ffffffffffffffffffffffffffffff",
  distances: "555555555555555555555555555544",
};

/** Texts of pages and of the files round them. */
export const TEXT_CODES: CodeTable = {
  literals:
    "ffffffffff8fffffffffffffffffffff5f5fffffccec985635565566666f575af9977a8be8bba8888b788abfab8bfbfaf5765557978e86758d7757a999cbfbff9aabbaaaaaaaabb9aacbabbacbbaabcbbacbaababbccaa9aaabbbab99a9a9aabfffffffffffffffffffffffffffffffffffb977899fffffafffffffffffffffffec9af8faadfaaffafafffffffffff",
  distances: "ccccccccccb53332264b7bbbbbbbbb",
};

/** Rows of QR codes in PNG. */
export const CODE_ROW_CODES: CodeTable = {
  literals:
    "1ccccccccccccccccccccccccccccccccccccccccccccccccccccccbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2bbbbbbbbbbbbbbbbbbbbbbbbbbbb3b",
  distances: "666666666616666666666666666555",
};
