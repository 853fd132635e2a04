import { render } from 'preact';
import '../style/tokens.css';
import './style/shell.css';
import './style/parts.css';
import './style/panels.css';
import { AdminPanel } from './admin-panel';

const place = document.getElementById('panel');
if (place !== null) render(<AdminPanel />, place);
