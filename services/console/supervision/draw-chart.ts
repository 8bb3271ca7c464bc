import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** Series over the same days. */
export interface ChartData {
  readonly names: readonly string[];
  /** A value that is `null` is not there, which is another thing than zero. */
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** Behind each value. */
  readonly unit: string;
  /** End of the axis; absent: as the values ask for. */
  readonly most?: number;
}

/** Blue, amber, grey and red that can be told apart, also without their colours by their marks. */
const COLORS = ["#1456a0", "#8a5300", "#4e5969", "#b8121a"];
const MARKS = ["circle", "triangle", "rect", "diamond"];

/** Draws a chart into an element and keeps it as wide as that. Returns how to end it. */
export function drawChart(element: HTMLElement, { names, series, unit, most }: ChartData): () => void {
  const drawn = init(element, null, { renderer: "canvas" });
  const text = { color: "#1f2329", fontFamily: getComputedStyle(element).fontFamily };
  drawn.setOption({
    animation: false,
    color: COLORS,
    textStyle: text,
    legend: { top: 0, textStyle: text },
    grid: { left: 8, right: 16, top: 36, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "all" },
    // Drawn on the canvas: its other form would write styles that the policy of the page forbids.
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      valueFormatter: (value: unknown) => told(value, unit),
    },
    xAxis: { type: "category", data: [...names], axisLabel: { ...text, hideOverlap: true } },
    yAxis: {
      type: "value",
      min: 0,
      ...(most !== undefined && { max: most }),
      axisLabel: { ...text, formatter: `{value}${unit}` },
    },
    series: series.map(({ name, values }, index) => ({
      ...{ type: "line", name, data: [...values], symbol: MARKS[index], symbolSize: 7 },
    })),
  });
  element.setAttribute("data-drawn", "true");
  const watch = new ResizeObserver(() => drawn.resize());
  watch.observe(element);
  return () => {
    watch.disconnect();
    drawn.dispose();
  };
}

function told(value: unknown, unit: string): string {
  return typeof value === "number" ? `${value}${unit}` : "—";
}
