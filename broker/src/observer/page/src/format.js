// Numbers and times as people read them.

function scaled(number, step, units) {
  let unit = 0;
  while (number >= step * 0.9995 && unit + 1 < units.length) {
    number /= step;
    ++unit;
  }
  const digits = unit === 0 ? (Number.isInteger(number) || number >= 100 ? 0 : 1) : number >= 100 ? 0 : 1;
  return number.toFixed(digits) + units[unit];
}

const known = (number) => number !== null && number !== undefined && !Number.isNaN(number);

export const count = (number) => (known(number) ? Math.round(number).toLocaleString('en') : '–');
export const short = (number) => (known(number) ? scaled(number, 1000, ['', ' k', ' M', ' G', ' T']) : '–');
export const bytes = (number) => (known(number) ? scaled(number, 1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB']) : '–');
export const percent = (share) => (known(share) ? (share * 100).toFixed(share < 0.1 ? 1 : 0) + ' %' : '–');

export function micros(number) {
  if (!known(number) || number === 0) return '–';
  if (number < 1000) return number.toFixed(number < 10 ? 1 : 0) + ' µs';
  return number < 1e6 ? (number / 1e3).toFixed(1) + ' ms' : (number / 1e6).toFixed(1) + ' s';
}

export function ago(seconds) {
  if (seconds < 60) return seconds.toFixed(0) + ' s';
  return seconds < 3600 ? (seconds / 60).toFixed(0) + ' min' : (seconds / 3600).toFixed(1) + ' h';
}
