using System;
using Microsoft.AspNetCore.Http;

namespace Defender.Gateway.Api;

/// <summary>A request as it came over the wire, nothing decoded: what signatures are made of. Valid while it is being answered.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path before the question mark, still percent-encoded.</param>
/// <param name="Query">What follows the question mark, still percent-encoded; empty without one.</param>
/// <param name="Headers">The headers, <c>Host</c> among them as it was sent.</param>
/// <param name="Body">The whole body, at most <see cref="ApiOptions.MaxBodyBytes"/>.</param>
internal readonly record struct ApiRequest(string Method, string Path, string Query, IHeaderDictionary Headers, ReadOnlyMemory<byte> Body);
