'use strict';

/** The rooms of src/ from left to right; a room may import only rooms of the groups before its own. */
const groups = [
  ['config'],
  ['metrics'],
  ['platform'],
  ['settings', 'alerts'],
  ['timer'],
  ['solana'],
  ['history'],
  ['webhooks'],
  ['admin'],
  ['graphql', 'http', 'health'],
];
const rooms = groups.flat();

const order = groups.map((group, index) => ({
  name: `order-of-${group.join('-')}`,
  comment: 'Rooms import only leftwards; publish an event or declare a port to reach a room on the right.',
  severity: 'error',
  from: { path: `^src/(${group.join('|')})/` },
  to: { path: `^src/(?!(${[...groups.slice(0, index).flat(), '$1'].join('|')})/)` },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or miss a third.',
      severity: 'error',
      from: { path: '^(src|test|migrations|client|web)/' },
      to: { circular: true },
    },
    ...order,
    {
      name: 'rooms-are-private',
      comment:
        'From another room take only x.module.ts, x.service.ts and x/domain/*. config and platform are plumbing for all.',
      severity: 'error',
      from: { path: `^src/(${rooms.join('|')}|demo)/` },
      to: {
        path: `^src/(${rooms.filter((room) => room !== 'config' && room !== 'platform').join('|')})/`,
        pathNot: ['^src/$1/', String.raw`^src/[^/]+/[^/]+\.(module|service)\.ts$`, '^src/[^/]+/domain/'],
      },
    },
    {
      name: 'domain-is-pure',
      comment:
        'Rules know no Nest, no I/O and no package but base58; errors and types of the environment are plain.',
      severity: 'error',
      from: { path: '^src/[^/]+/domain/', pathNot: String.raw`\.spec\.ts$` },
      to: {
        pathNot: [
          '^src/[^/]+/domain/',
          '^src/config/',
          '^src/platform/app-error',
          String.raw`^src/[^/]+/[^/]+\.errors\.ts$`,
          '^(node:)?crypto$',
          '(^|/)node_modules/bs58/',
        ],
      },
    },
    {
      name: 'solana-library-in-one-folder',
      comment: 'Moving to another Solana library is a change of src/solana/rpc/ alone.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/solana/rpc/' },
      to: { path: '(^|/)node_modules/@solana/' },
    },
    {
      name: 'demo-stays-outside',
      comment: 'Nothing in production imports the demo chain; only the application starts it.',
      severity: 'error',
      from: { path: '^src/', pathNot: [String.raw`^src/(demo/|main\.ts$|app\.module\.ts$|app/|[^/]+\.ts$)`] },
      to: { path: '^src/demo/' },
    },
    {
      name: 'no-test-code-in-production',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: String.raw`\.spec\.ts$` },
      to: { path: String.raw`^test/|\.spec\.ts$` },
    },
    {
      name: 'client-stands-alone',
      comment:
        'The client library is published: it knows nothing of the service, and no package but graphql-ws and, for its hook, React.',
      severity: 'error',
      from: { path: '^client/', pathNot: String.raw`\.spec\.ts$` },
      to: {
        pathNot: ['^client/', '(^|/)node_modules/(graphql-ws|react)/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'pages-use-the-public-api',
      comment:
        'Pages know the client library and GraphQL operations; the public pages and the panel share no views.',
      severity: 'error',
      from: { path: '^web/', pathNot: String.raw`\.spec\.tsx?$` },
      to: { path: '^(src|test|bench|migrations)/' },
    },
    {
      name: 'panel-apart-from-public-pages',
      severity: 'error',
      from: { path: '^web/(countdown|overlay)/' },
      to: { path: '^web/admin/' },
    },
    {
      name: 'service-knows-no-pages',
      comment: 'The service sends built pages as files; it imports nothing of them.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(web|client)/' },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-packages-in-production',
      severity: 'error',
      from: { path: '^(src|migrations|ormconfig)', pathNot: String.raw`\.spec\.ts$` },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '(^|/)node_modules/@types/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
