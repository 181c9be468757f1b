// Generated from beluna-gateway.schema.json by `npm run generate`; change the schema, not this file.

export interface GatewayConfig {}
