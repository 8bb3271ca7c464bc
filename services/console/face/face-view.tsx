import { Button, Spin } from "antd";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useRef, useState } from "react";
import { useTexts } from "../text/texts.ts";
import { FACE } from "./face-texts.ts";
import "./face.css";
import { drawPage } from "../../file-view/draw-page.ts";
import { openPdf } from "../../file-view/open-pdf.ts";

/** A face (证面) as it is: each page of a PDF, drawn as wide as there is room, with its text for whoever hears the screen. */
export function FaceView({ pdf, label }: { pdf: Uint8Array; label: string }) {
  const texts = useTexts(FACE);
  const [opened, setOpened] = useState<PDFDocumentProxy>();
  const [failed, setFailed] = useState(false);
  const [page, setPage] = useState(1);
  useEffect(() => {
    let gone: (() => void) | undefined;
    let over = false;
    openPdf(pdf).then(
      ({ document, close }) => {
        if (over) return close();
        gone = close;
        setOpened(document);
        setPage(1);
      },
      () => setFailed(true),
    );
    return () => {
      over = true;
      gone?.();
    };
  }, [pdf]);
  if (failed) return <p role="alert">{texts.broken}</p>;
  if (!opened) return <Spin />;
  return (
    <figure className="face" aria-label={label}>
      <FacePage document={opened} page={page} label={texts.page(label, page, opened.numPages)} />
      {opened.numPages > 1 && (
        <figcaption className="paging">
          <Button disabled={page === 1} onClick={() => setPage(page - 1)}>
            {texts.previous}
          </Button>
          <span>{texts.count(page, opened.numPages)}</span>
          <Button disabled={page === opened.numPages} onClick={() => setPage(page + 1)}>
            {texts.next}
          </Button>
        </figcaption>
      )}
    </figure>
  );
}

function FacePage({ document, page, label }: { document: PDFDocumentProxy; page: number; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const texts = useTexts(FACE);
  const [text, setText] = useState("");
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    const target = canvas.current;
    if (!target) return;
    const stop = new AbortController();
    const width = target.parentElement?.clientWidth ?? 800;
    setBroken(false);
    drawPage({ document, page, canvas: target, width, signal: stop.signal, onText: setText }).then(
      () => target.setAttribute("data-drawn", "true"),
      // What is given up in the middle ends with a fault that says nothing.
      () => stop.signal.aborted || setBroken(true),
    );
    return () => stop.abort();
  }, [document, page]);
  return (
    <>
      {broken && <p role="alert">{texts.broken}</p>}
      <canvas ref={canvas} role="img" aria-label={`${label} ${text}`} />
    </>
  );
}
