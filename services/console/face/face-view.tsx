import { Button, Spin } from "antd";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useRef, useState } from "react";
import { useTexts } from "../text/texts.ts";
import { FACE } from "./face-texts.ts";
import "./face.css";
import { drawPage } from "../../file-view/draw-page.ts";
import { type OpenedPdf, openPdf } from "../../file-view/open-pdf.ts";

/**
 * A face (证面) as it is: each page of a PDF, drawn as wide as there is room, with its text for whoever hears the screen. `drawn` is told each time that a page
 * is to be seen.
 */
export function FaceView({ pdf, label, drawn }: { pdf: Uint8Array; label: string; drawn?: () => void }) {
  const texts = useTexts(FACE);
  const [opened, setOpened] = useState<OpenedPdf>();
  const [failed, setFailed] = useState(false);
  const [wanted, setWanted] = useState(1);
  useEffect(() => {
    let over = false;
    openPdf(pdf).then(
      (next) => {
        if (over) return next.close();
        setOpened(next);
        setFailed(false);
      },
      () => over || setFailed(true),
    );
    return () => {
      over = true;
    };
  }, [pdf]);
  // What is shown stays open until the next one is.
  useEffect(() => () => opened?.close(), [opened]);
  if (failed) return <p role="alert">{texts.broken}</p>;
  if (!opened) return <Spin />;
  const { document } = opened;
  const page = Math.min(wanted, document.numPages);
  return (
    <figure className="face" aria-label={label}>
      <FacePage document={document} page={page} label={texts.page(label, page, document.numPages)} drawn={drawn} />
      {document.numPages > 1 && (
        <figcaption className="paging">
          <Button disabled={page === 1} onClick={() => setWanted(page - 1)}>
            {texts.previous}
          </Button>
          <span>{texts.count(page, document.numPages)}</span>
          <Button disabled={page === document.numPages} onClick={() => setWanted(page + 1)}>
            {texts.next}
          </Button>
        </figcaption>
      )}
    </figure>
  );
}

function FacePage(props: { document: PDFDocumentProxy; page: number; label: string; drawn: (() => void) | undefined }) {
  const { document, page, label, drawn } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const texts = useTexts(FACE);
  const [text, setText] = useState("");
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    const target = canvas.current;
    if (!target) return;
    const stop = new AbortController();
    // A place that is hidden has no width yet.
    const width = target.parentElement?.clientWidth || 800;
    const sheet = target.ownerDocument.createElement("canvas");
    setBroken(false);
    drawPage({ document, page, canvas: sheet, width, signal: stop.signal, onText: setText }).then(
      () => {
        if (stop.signal.aborted) return;
        // Drawn elsewhere and put here at once: what is shown does not go blank while the next is drawn.
        target.width = sheet.width;
        target.height = sheet.height;
        target.getContext("2d")?.drawImage(sheet, 0, 0);
        target.setAttribute("data-drawn", "true");
        drawn?.();
      },
      // What is given up in the middle ends with a fault that says nothing.
      () => stop.signal.aborted || setBroken(true),
    );
    return () => stop.abort();
  }, [document, page, drawn]);
  return (
    <>
      {broken && <p role="alert">{texts.broken}</p>}
      <canvas ref={canvas} role="img" aria-label={`${label} ${text}`} />
    </>
  );
}
