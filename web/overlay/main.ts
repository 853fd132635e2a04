import '../style/tokens.css';
import './overlay.css';
import { createTimerClient } from '../../client/src/timer-client';
import { timerIdOf } from '../timer/timer-id';
import { lookOf } from './look';
import { OverlayView } from './overlay-view';

const LOOK_EVERY_MS = 100;

const place = document.getElementById('overlay');
if (place !== null) {
  const client = createTimerClient({ url: location.origin, timerId: timerIdOf(location.pathname) });
  const overlay = new OverlayView(place, lookOf(location.search));
  const show = (): void =>
    overlay.show({ state: client.state, view: client.view(), connection: client.connection });
  client.onChange(show);
  client.onConnection(show);
  setInterval(show, LOOK_EVERY_MS);
  show();
}
