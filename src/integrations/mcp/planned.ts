/** Actions of mcp that are understood, but not available yet. */
import { named, pattern, planAction, type PlannedAction, text, verbs } from '#kit';
import { z } from 'zod';

const mcp = 'mcp|mcp server|mcp servers|model context protocol';
const words = `${mcp}|server|servers|the|to|of|from|on|in|our|my`;
const server = (after: string[] = []) =>
  named({
    of: 'mcpServer',
    systems: true,
    nouns: ['mcp server', 'mcp', 'server', 'mcp servers'],
    after: ['server', 'mcp server', 'the mcp server', 'mcp', 'called', 'named', 'from', 'to', ...after],
    shape: String.raw`[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}`,
    describe: 'MCP server',
    ask: 'Which MCP server?',
  });

export const mcpPlanned: PlannedAction[] = [
  planAction({
    id: 'mcp.server.register',
    summary: 'Register an MCP server',
    permission: 'mcp:write',
    usualSafety: 'moderate',
    input: z.object({
      server: server(),
      url: pattern(String.raw`(?:https?|wss?):\/\/[^\s]{1,400}`, {
        nouns: ['url', 'address', 'endpoint'],
        after: ['at', 'url', 'under', 'address', 'from', 'with url'],
        describe: 'Address',
        ask: 'At which address?',
      }).optional(),
      command: text(
        ['command', 'with command', 'run with', 'started with', 'with the command'],
        'Command that starts it',
        'Which command?',
        1000,
      ).optional(),
      purpose: text(['for', 'because', 'purpose', 'to manage', 'so that'], 'What it is for', 'What is it for?', 300).optional(),
    }),
    language: {
      triggers: [`register|install|enroll|enrol|configure|onboard|sign up|put|want|need|${verbs.make} & ${mcp}`],
      also: `${words}|register|add|named|called|at|url|new|a|an|for|command|with|it|as|that|is|runs|running|under|address|endpoint|we|want|need|so|can|list|available|here|this|call|which|please|use|using|our|reachable|https|remote|local|listening|known`,
      examples: [
        'register the GitHub MCP server for repository management',
        'add an mcp server named weather at https://mcp.example.org/sse',
      ],
      counterExamples: ['we decided against registering the mcp server', 'which mcp servers are registered?'],
    },
  }),
  planAction({
    id: 'mcp.server.connect',
    summary: 'Connect to an MCP server',
    permission: 'mcp:write',
    usualSafety: 'moderate',
    input: z.object({ server: server() }),
    language: {
      triggers: [
        `connect|hook|hook up|attach|link|plug|join|reconnect|re-connect|open|start|enable|activate|conenct|connection|bring up|log in|dial & ${mcp}`,
      ],
      also: `${words}|connect|up|with|hook|in|attach|a|reconnect|again|me|us|into|connection|establish|open|make|set|start|enable|i|want|need|please|over|session|link|get|it|back|online|called|named`,
      examples: ['connect to the database-tools MCP server', 'hook up the mcp server sentry'],
      counterExamples: ["don't connect any mcp server", 'what could go wrong when connecting to an mcp server?'],
    },
  }),
  planAction({
    id: 'mcp.server.disconnect',
    summary: 'Disconnect from an MCP server',
    permission: 'mcp:write',
    usualSafety: 'moderate',
    input: z.object({ server: server() }),
    language: {
      triggers: [
        `disconnect|detach|unplug|unhook|disable|deactivate|close|stop|sever|log out|cut off & ${mcp}`,
        `drop|cut|end|close & connection & ${mcp}`,
      ],
      also: `${words}|disconnect|connection|drop|from|detach|with|cut|off|me|us|close|end|session|please|now|for|it|sever|link|terminate|called|named`,
      examples: ['disconnect from the linear mcp server', 'drop the connection to the postgres-tools mcp server'],
      counterExamples: ['why did the mcp server disconnect?'],
    },
  }),
  planAction({
    id: 'mcp.server.remove',
    summary: 'Remove an MCP server',
    permission: 'mcp:write',
    usualSafety: 'moderate',
    input: z.object({ server: server() }),
    language: {
      triggers: [`unregister|deregister|de-register|uninstall|forget|kick out|${verbs.remove} & ${mcp}`],
      also: `${words}|remove|unregister|deregister|delete|rid|registration|from|list|it|entry|well|as|registry|config|configuration|our|called|named|completely|old|unused`,
      examples: ['unregister the mcp server linear', 'remove the weather mcp server'],
      counterExamples: ['do not remove the mcp server'],
    },
  }),
  planAction({
    id: 'mcp.servers.list',
    summary: 'List MCP servers',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({}),
    language: {
      triggers: ['mcp servers|mcps', 'mcp & servers|list|connections|registered|connected|status'],
      also: `${words}|list|which|what|ones|registered|connected|have|exist|there|any|all|status|connections|available|them|em|health|do|we|i|am|are|is|to|what|how|many|show|see|get|give|me|currently|right|now|configured|healthy|up|running|alive|got|you|know|every|online|our|currently|state`,
      examples: ['list the mcp servers', 'which mcp servers are connected?'],
      counterExamples: ['what is an mcp server?'],
    },
  }),
  planAction({
    id: 'mcp.tools.list',
    summary: 'List the tools of MCP servers',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ server: server(['of', 'from', 'on']).optional() }),
    language: {
      triggers: [
        `tools|tool list|functions|capabilities & ${mcp}`,
        'tools & list|show|which|what|all|available|how many|give|get|see|enumerate|every',
        'tools & {server}',
        `what & can|offer|offers|do|does|provide|provides & ${mcp}`,
      ],
      also: `${words}|tools|tool|list|which|what|available|all|connected|offer|offers|provide|provides|have|has|does|exist|there|from|show|registered|can|get|see|give|me|us|do|we|i|are|is|how|many|use|call|what|expose|exposes|exposed|across|every|enumerate|currently|functions|capabilities|offered|provided|it|you|names|supports|support`,
      examples: ['list all available tools from connected MCP servers', 'which tools does the mcp server linear offer?'],
      counterExamples: ['use the tool search from the mcp server', 'tools for the garden'],
    },
  }),
  planAction({
    id: 'mcp.tool.call',
    summary: 'Call a tool of an MCP server',
    permission: 'mcp:write',
    usualSafety: 'destructive',
    input: z.object({
      server: server(['from', 'on', 'of', 'via', 'at']).optional(),
      tool: named({
        of: 'mcpTool',
        nouns: ['tool'],
        after: ['tool', 'call', 'use', 'run', 'invoke', 'the tool', 'execute'],
        shape: String.raw`[A-Za-z][A-Za-z0-9_.-]{0,127}`,
        describe: 'Tool',
        ask: 'Which tool?',
      }),
      arguments: text(
        ['with', 'on', 'for', 'arguments', 'with arguments', 'args', 'query', 'with query'],
        'Arguments',
        'Which arguments?',
        8000,
      ).optional(),
    }),
    language: {
      triggers: [
        `${verbs.run}|try|apply|ask|let & tool`,
        `call|invoke|use|run|execute|ask & ${mcp}`,
        'call|invoke|use|run|execute & {server} & {tool}',
      ],
      also: `${words}|tool|use|call|run|invoke|a|from|with|this|on|pr|pull|request|query|argument|arguments|execute|called|named|to|for|its|it|that|offered|by|please|param|parameter|parameters|input|params|using|via|against|passing|pass|as`,
      examples: ['use the code_review tool from the github-mcp server on this PR', 'call search_code from github-mcp with query "TODO"'],
      counterExamples: ['which tools can I use?', 'do not call any tool'],
    },
  }),
];
