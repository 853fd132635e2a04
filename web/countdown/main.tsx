import { render } from 'preact';
import '../style/tokens.css';
import './countdown.css';
import { timerIdOf } from '../timer/timer-id';
import { CountdownPage } from './countdown-page';

const place = document.getElementById('page');
if (place !== null) render(<CountdownPage timerId={timerIdOf(location.pathname)} />, place);
