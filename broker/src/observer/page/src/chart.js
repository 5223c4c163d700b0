// One line over the last ten minutes.
import uPlot from 'uplot';
import { useEffect, useRef } from 'preact/hooks';
import { html } from './html.js';
import { short } from './format.js';
import { colour } from './theme.js';

const height = 132;

export function Chart({ title, at_ms, values, tone, theme }) {
  const place = useRef(null);
  const plot = useRef(null);

  useEffect(() => {
    const axis = { stroke: colour('quiet'), grid: { stroke: colour('line'), width: 1 }, ticks: { show: false }, font: '11px system-ui' };
    plot.current = new uPlot(
      {
        width: place.current.clientWidth || 300,
        height,
        legend: { show: false },
        cursor: { y: false, points: { size: 6 } },
        scales: { y: { range: (_, low, high) => [0, Math.max(1, high * 1.1)] } },
        axes: [
          { ...axis, space: 60, size: 26, values: [[60, '{HH}:{mm}'], [1, '{HH}:{mm}:{ss}']] },
          { ...axis, size: 48, values: (_, ticks) => ticks.map((tick) => short(tick)) },
        ],
        series: [{}, { stroke: colour(tone), fill: colour(tone) + '22', width: 1.5, points: { show: false } }],
        hooks: {
          setCursor: [
            (self) => {
              const at = self.cursor.idx;
              const shown = place.current?.parentElement.querySelector('.reading');
              if (shown) shown.textContent = at == null || !self.data[1].length ? '' : new Date(self.data[0][at] * 1000).toLocaleTimeString('en-GB') + '  ' + short(self.data[1][at]);
            },
          ],
        },
      },
      [[], []],
      place.current,
    );
    const observer = new ResizeObserver(([entry]) => plot.current?.setSize({ width: Math.max(120, entry.contentRect.width), height }));
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      plot.current.destroy();
      plot.current = null;
    };
  }, [theme, tone]);

  useEffect(() => {
    plot.current?.setData([at_ms.map((ms) => ms / 1000), [...values]]);
  }, [at_ms, at_ms.length && at_ms[at_ms.length - 1], values, theme]);

  const last = values.length ? values[values.length - 1] : null;
  return html`<figure class="chart" aria-label=${title + ', now ' + short(last)}>
    <figcaption><span>${title}</span><span class="reading"></span><strong>${short(last)}</strong></figcaption>
    <div ref=${place}></div>
  </figure>`;
}
