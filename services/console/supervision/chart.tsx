import { useEffect, useRef } from "react";
import type { ChartData } from "./draw-chart.ts";

/** A chart, drawn by a library that is fetched when there is one to draw. Its numbers stand in a table beside it, for whoever does not see it. */
export function Chart({ label, data }: { label: string; data: ChartData }) {
  const box = useRef<HTMLDivElement>(null);
  const told = JSON.stringify(data);
  useEffect(() => {
    let over = false;
    let end = () => {};
    import("./draw-chart.ts").then(({ drawChart }) => {
      if (!over && box.current) end = drawChart(box.current, JSON.parse(told));
    });
    return () => {
      over = true;
      end();
    };
  }, [told]);
  return <div className="chart" role="img" aria-label={label} ref={box} />;
}
