import { createContext } from 'preact';
import type { ComponentChildren, VNode } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { useAround, useAsked, useTold } from '../door/use-door';
import type { Refusal } from '../../graphql/refusal';
import {
  AlertChangedDocument,
  FiringAlertsDocument,
  SystemStatusChangedDocument,
  SystemStatusDocument,
} from './operations.generated';
import type { AlertFieldsFragment, StatusFieldsFragment } from './operations.generated';

/** How the deployment is, as told last. */
export type Status = StatusFieldsFragment;
/** An alert. */
export type Alert = AlertFieldsFragment;

/** What the whole panel knows of the deployment. */
export interface System {
  /** Null until it was told. */
  readonly status: Status | null;
  readonly refusal: Refusal | null;
  /** Those that fire, newest first. */
  readonly firing: readonly Alert[];
  /** Rises with each change of an alert. */
  readonly alertsTold: number;
}

const SystemContext = createContext<System>({ status: null, refusal: null, firing: [], alertsTold: 0 });

/** How the deployment is. */
export function useSystem(): System {
  return useContext(SystemContext);
}

/** Without a socket, which needs Redis, it is asked this often. */
const ASK_MS = 4_000;

/** Follows the status and the alerts for all views. */
export function SystemProvider({ children }: { readonly children: ComponentChildren }): VNode {
  const { status, refusal } = useStatus();
  const { firing, alertsTold } = useAlerts();
  return (
    <SystemContext.Provider value={{ status, refusal, firing, alertsTold }}>
      {children}
    </SystemContext.Provider>
  );
}

function useStatus(): Pick<System, 'status' | 'refusal'> {
  const { status: link } = useAround();
  const asked = useAsked(SystemStatusDocument, {});
  const [told, setTold] = useState<Status | null>(null);
  useTold(SystemStatusChangedDocument, {}, ({ systemStatusChanged }) => setTold(systemStatusChanged));
  const isLive = link === 'live' && told !== null;
  useEffect(() => {
    if (isLive) return undefined;
    const timer = setInterval(asked.again, ASK_MS);
    return () => clearInterval(timer);
  }, [isLive, asked.again]);
  const found = asked.data?.systemStatus ?? null;
  const isToldNewer = told !== null && (found === null || told.at >= found.at || isLive);
  return { status: isToldNewer ? told : found, refusal: isLive ? null : asked.refusal };
}

function useAlerts(): Pick<System, 'firing' | 'alertsTold'> {
  const { status: link } = useAround();
  const asked = useAsked(FiringAlertsDocument, {}, link);
  const [told, setTold] = useState<ReadonlyMap<string, Alert>>(new Map());
  const [alertsTold, setCount] = useState(0);
  useTold(AlertChangedDocument, {}, ({ alertChanged }) => {
    setTold((before) => new Map(before).set(alertChanged.id, alertChanged));
    setCount((before) => before + 1);
  });
  const all = new Map((asked.data?.alerts ?? []).map((alert) => [alert.id, alert]));
  for (const [id, alert] of told) all.set(id, alert);
  const firing = [...all.values()].filter((alert) => alert.firing).sort((a, b) => b.firedAt - a.firedAt);
  return { firing, alertsTold };
}
