/*
 * Loaded into the server that is measured (`node --import`): notes what the groups of the fan-out do and when, and hands
 * it to a file once it is done, so that noting costs the moments themselves nothing.
 */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';

const file = process.env.FAN_OUT_MOMENTS;
let noted = '';

subscribe('darwin-timer:fan-out', ({ step, atMs }) => {
  if (noted === '') setTimeout(hand, 100);
  noted += `${step} ${atMs}\n`;
});

function hand() {
  appendFileSync(file, noted);
  noted = '';
}
